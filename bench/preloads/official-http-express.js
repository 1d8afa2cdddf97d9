const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { start } = require('./official-traces.js');

start([new HttpInstrumentation(), new ExpressInstrumentation()]);
