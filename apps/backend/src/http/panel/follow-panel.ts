import { z } from 'zod';
import type { PanelAddress } from './panel-proxy.ts';

const Message = z.object({ type: z.literal('panel'), origin: z.url({ protocol: /^https?$/ }) });

/**
 * Where the panel listens at the moment, at `origin` to begin with: the launcher sends a message each time that it starts the panel
 * on another port.
 * @returns null without a panel
 */
export const followPanel = (origin: string | null): PanelAddress | null => {
  if (origin === null) return null;
  const panel = { origin };
  process.on('message', (message) => {
    const { data } = Message.safeParse(message);
    if (data !== undefined) panel.origin = data.origin;
  });
  return panel;
};
