import path from 'node:path';
import { onlyArgument, parseWords } from '@secret-store/command-line';
import { builtSdk } from '../create-provider/built-sdk.ts';
import { runProgram } from '../run-program.ts';
import { updateSdk } from './update-sdk.ts';

await runProgram('update-sdk', async (words) => {
  const { positionals } = parseWords({ args: words, allowPositionals: true });
  const directory = path.resolve(onlyArgument('DIR', positionals));
  const { before, after, interfaceVersion, needsInstall } = await updateSdk(directory, builtSdk());
  const lines = [
    before === null || before === after ? `provider-sdk ${after}` : `provider-sdk ${before} → ${after}`,
    `interfaceVersion stays ${interfaceVersion}; raise it in package.json when your code needs a later one`,
    ...(needsInstall ? ['run npm install in the project now'] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
});
