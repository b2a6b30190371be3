import { startEmbeddedDatabase } from '../embedded/start-embedded-database.ts';

/** A process that does nothing but keep an embedded database, for tests that kill it. */
const [directory] = process.argv.slice(2);
if (directory === undefined || process.send === undefined)
  throw new Error('usage: fork with the directory as the argument');

const tell = process.send.bind(process);
const database = await startEmbeddedDatabase({ directory, log: (line) => process.stderr.write(`${line}\n`) });
tell({ url: database.url, migrationUrl: database.migrationUrl });

process.once('message', () => {
  void database.stop().then(() => {
    tell({ stopped: true });
    process.disconnect();
  });
});
