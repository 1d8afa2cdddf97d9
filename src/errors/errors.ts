/** The funnel and all that stands behind it: a file of its own, read with the first error. */
export { createErrors } from './create-errors.ts';
export { startErrorsAlone } from './errors-alone.ts';
