import { createInterface } from 'node:readline';

/** Answers JSON-RPC lines from standard input one after another, and ends when the input has ended. */
export const serveRequests = (newEngine) => {
  let panicMessage;
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => (panicMessage = message) };
  let engine;
  let inTurn = Promise.resolve();
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });

  lines.on('line', (line) => {
    if (!line.trim()) return;
    const request = JSON.parse(line);
    // without a method it is the acknowledgement of our 'print'
    if (request.method !== undefined) inTurn = inTurn.then(() => answer(request));
  });
  lines.on('close', () => {
    inTurn = inTurn.then(() => process.exit(0));
  });

  const answer = async ({ id, method, params }) => {
    try {
      // only a fresh engine that has made a diagnosis knows its shadow database, which an applied migration takes from it
      if (method === 'evaluateDataLoss') {
        engine = newEngine();
        await (await engine).devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters });
      }
      engine ??= newEngine();
      const result = await (await engine)[methodNames[method] ?? method](params);
      if (method === 'diff' && result?.stdout) {
        send({ id: `print-${id}`, method: 'print', params: { content: result.stdout.replace(/\n$/, '') } });
      }
      send({ id, result: result ?? null });
    } catch (error) {
      send({
        id,
        error: { code: 4466, message: 'An error happened. Check the data field for details.', data: errorData(error) },
      });
    }
  };

  const errorData = (error) => {
    const isPanic = error instanceof WebAssembly.RuntimeError;
    return {
      is_panic: isPanic,
      message: isPanic ? `${panicMessage ?? error.message}\n${error.stack}` : String(error?.message ?? error),
      error_code: error?.code,
      meta: error?.meta ?? null,
    };
  };
};

/** What the native engine calls otherwise. */
const methodNames = { getDatabaseVersion: 'version' };

const send = (message) => {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
};
