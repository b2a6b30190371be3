// Runs the store in a container. It was installed and built with the image.
import { takeDataDirectory } from '../workspace/take-data-directory.mjs';
import { root } from '../workspace/workspace.mjs';

const dataDirectory = takeDataDirectory('.secret-store');
const { serve } = await import('../../dist/tools/serve.mjs');
await serve({ root, dataDirectory });
