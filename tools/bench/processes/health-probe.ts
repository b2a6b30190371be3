// Asks for /healthz at fixed times, in a process of its own so that no other client delays it: health-probe.mjs ORIGIN SECONDS
import { openHttpClient } from '../helpers/http-client.ts';
import { openLoop } from '../helpers/open-loop.ts';

const rate = 50;
const [origin = '', seconds = ''] = process.argv.slice(2);

const client = openHttpClient(origin, {});
const samples = await openLoop({
  rate,
  seconds: Number(seconds),
  send: async () => {
    const { status } = await client.call('GET', '/healthz');
    if (status !== 200) throw new Error(`/healthz answered ${status}`);
  },
});
client.close();
process.stdout.write(
  JSON.stringify({
    milliseconds: samples.map((sample) => sample.milliseconds),
    failed: samples.filter(({ failed }) => failed).length,
  }),
);
