export { SocketIoInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-socket.io';
export { instrument } from '../instrument.ts';
