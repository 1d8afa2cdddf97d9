const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg');
const { start } = require('./official-traces.js');

start([new HttpInstrumentation(), new ExpressInstrumentation(), new PgInstrumentation()]);
