import { ShownOnce } from '@/forms/shown-once.tsx';

interface KeyShownOnceProps {
  readonly value: string;
  /** whose key it is */
  readonly of: 'webhook' | 'sink';
  /** what the receiver verifies with it, such as “an event” */
  readonly verified: string;
  readonly onDone: () => void;
}

/** The key with which a receiver knows who sent something. */
export const KeyShownOnce = ({ value, of, verified, onDone }: KeyShownOnceProps) => (
  <ShownOnce
    title="Copy the key now"
    value={value}
    what={`the key of the ${of}`}
    why={`It is shown only once. If you lose it, delete the ${of} and create it again.`}
    onDone={onDone}
  >
    Give it to the receiver. With it, any library of Standard Webhooks verifies that {verified} comes from this store.
  </ShownOnce>
);
