// Imported first by what starts a store: a reader of its output that goes away, such as `head`, ends nothing.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
