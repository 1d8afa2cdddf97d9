import { collectors } from './collector.ts';
import { reportText } from './report.ts';
console.log(reportText(await collectors(3)));
