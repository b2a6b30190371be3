import { administrator, signedIn } from '../authenticate.ts';
import { keyOrSession } from '../openapi.ts';

/** Checked before the body is read: who may not ask learns nothing of what is wrong with the request. */
export const forSignedIn = {
  onRequest: async (request: Parameters<typeof signedIn>[0]) => {
    signedIn(request);
  },
};

export const forAdministrators = {
  onRequest: async (request: Parameters<typeof administrator>[0]) => {
    administrator(request);
  },
};

export const security = { security: keyOrSession };
