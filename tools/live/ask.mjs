import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const patienceMilliseconds = 10_000;

/** One GET without credentials and without redirects. `authorityFile` contains certificates to trust besides Node's own. */
export const ask = (url, authorityFile) =>
  new Promise((resolve, reject) => {
    const options = authorityFile ? { ca: readFileSync(authorityFile) } : {};
    const request = (new URL(url).protocol === 'https:' ? https : http).get(url, options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status, headers } = response;
        resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.setTimeout(patienceMilliseconds, () => request.destroy(new Error('no answer within 10 s')));
    request.on('error', reject);
  });
