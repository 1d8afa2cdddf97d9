import './examples/ykmake/app.js';
