/** How many tables, collections or keyspaces may become label values in the life of a process; beyond it `other`. */
export const tableBudget = 200;

/** Likewise for operations: SQL has a fixed list, commands of key-value stores and of their modules have not. */
export const operationBudget = 100;

/** A call that works on no table, or on none that is known. */
export const noTable = 'none';

/** What is beyond its budget, or is no name. */
export const otherName = 'other';
