/** Adapters of frameworks: a file of its own, read when the application loads one of them. */
export { observeFastify } from './fastify.ts';
export { patchImportedKoa, patchKoaApplication, patchKoaContext } from './koa.ts';
