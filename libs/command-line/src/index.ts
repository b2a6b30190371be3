export { CommandProblem, UsageProblem } from './command-problem.ts';
export { describeFileFailure } from './describe-file-failure.ts';
export { exitCodes } from './exit-codes.ts';
export { makeFolder } from './make-folder.ts';
export { mindOutput } from './mind-output.ts';
export { onlyArgument, parseWords } from './parse-words.ts';
export { runCommand } from './run-command.ts';
