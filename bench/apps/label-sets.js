/** The label sets that requests to `routes.js` produce, for those who record them directly. */
exports.methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
exports.statuses = ['200', '201', '202', '400', '403', '409', '500'];

exports.requestLabels = count => {
  const { methods, statuses } = exports;
  return Array.from({ length: count }, (_, index) => ({
    method: methods[index % methods.length],
    path: `/api/v1/resource${Math.floor(index / (methods.length * statuses.length))}/:id`,
    status: statuses[Math.floor(index / methods.length) % statuses.length],
  }));
};

/** Three durations of a few milliseconds for each label set. */
exports.recordAll = (labelSets, record) => {
  for (let time = 0; time < 3; time++) {
    for (const labels of labelSets) record(labels, Math.random() * 0.012);
  }
};
