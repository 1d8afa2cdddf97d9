/** One series and its value at the time of a request. */
export interface WrittenSeries {
  /** Its labels as they are sent, `labelsOf` of them. */
  readonly labels: Buffer;
  readonly value: number;
}

const varint = (number: number): Buffer => {
  const bytes: number[] = [];
  let rest = number;
  // Not by shifts: milliseconds since 1970 have more than 32 bits.
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
};

/** A field of a protobuf message that has a length: a text, or a message. */
const field = (number: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([number * 8 + 2]), varint(content.length), content]);

/** The labels of a series, which Prometheus wants in the order of their names. */
export const labelsOf = (labels: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat(
    Object.entries(labels)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) =>
        field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))])),
      ),
  );

/** A remote-write request of version 1, uncompressed: `prometheus.WriteRequest`. */
const writeRequest = (series: readonly WrittenSeries[], milliseconds: number): Buffer => {
  const time = Buffer.concat([Buffer.from([2 * 8]), varint(milliseconds)]);
  return Buffer.concat(
    series.map(({ labels, value }) => {
      const sample = Buffer.alloc(9);
      sample[0] = 8 + 1;
      sample.writeDoubleLE(value, 1);
      return field(1, Buffer.concat([labels, field(2, Buffer.concat([sample, time]))]));
    }),
  );
};

/** As Snappy's format has it, without making anything smaller. */
const snappy = (content: Buffer): Buffer => {
  const length = Buffer.alloc(5);
  length[0] = 63 << 2;
  length.writeUInt32LE(content.length - 1, 1);
  return Buffer.concat([varint(content.length), length, content]);
};

/** Sends one sample for each series, all of the same time. */
export const write = async (
  url: string,
  series: readonly WrittenSeries[],
  milliseconds: number,
): Promise<void> => {
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: snappy(writeRequest(series, milliseconds)),
  });
  if (!response.ok)
    throw new Error(`Prometheus refused samples: ${response.status} ${await response.text()}`);
};
