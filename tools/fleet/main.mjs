// `npm run test:fleet`: a store and two workers on three machines, which are network namespaces of this one. Runs as root, with ip
// (iproute2), unshare (util-linux) and openssl.
import { build, install, root } from '../workspace/workspace.mjs';
import { Machines } from './machines.mjs';
import { steps } from './steps.mjs';

if (process.getuid?.() !== 0) {
  console.error('test:fleet makes network namespaces: run it as root.');
  process.exit(77);
}
if (install({ everything: false }) !== 0 || build() !== 0) process.exit(1);

const machines = await Machines.create(root);
let failed = 0;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void machines.close().then(() => process.exit(130)));
try {
  for (const [what, run] of steps) {
    const begun = performance.now();
    try {
      const found = await run(machines);
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      console.log(`ok      ${what} (${seconds} s)${found === undefined ? '' : `: ${found}`}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${what}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (failed > 0) console.log(machines.logs());
} finally {
  await machines.close();
}
console.log(`${steps.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
