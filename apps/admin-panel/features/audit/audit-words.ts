import { auditActions } from '@secret-store/api/audit-actions';
import type { AuditEvent, AuditPlace, AuditPlaces } from '@secret-store/api/schemas';
import { paths } from '@/paths.ts';
import { auditSentences } from './audit-sentences.ts';

type Party = AuditEvent['subject'];

const isKnown = (action: string): action is keyof typeof auditActions => Object.hasOwn(auditActions, action);

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What an action tells; the action itself where this panel does not know it yet. */
export const actionInWords = (action: string): string => (isKnown(action) ? sentence(auditActions[action]) : action);

/** What an action says before and after what it was done to. The latter is left out where the sentence does not name that. */
export const sentenceParts = (
  action: string,
  details: AuditEvent['details'],
): readonly [before: string, after?: string] => {
  if (!isKnown(action)) return [`did ${action} to `, ''];
  const text = auditSentences[action].replace(/<(\w+)>/g, (_, field: string) => {
    const detail = details[field];
    return typeof detail === 'string' ? detail : '…';
  });
  const [before = '', after] = text.split('{}');
  return after === undefined ? [before] : [before, after];
};

const idStart = /^[0-9a-f]{8}(?=-)/;

/** An id is long and says little: its start is enough to see which are the same. */
const shortId = (id: string): string => (idStart.test(id) ? `${idStart.exec(id)?.[0]}…` : id);

const placeName = (place: AuditPlace | undefined): string | null => {
  if (place === undefined) return null;
  if (place.type === 'secret') return place.variable;
  return place.type === 'algorithm' ? `${place.owner}/${place.name}` : place.name;
};

/** What it was called then, else what it is called now. */
export const nameOf = ({ id, name }: Party, places: AuditPlaces): string => {
  if (id === 'unknown') return 'an unknown account';
  return name ?? placeName(places[id]) ?? shortId(id);
};

export const actorInWords = ({ type, name, id }: Party, places: AuditPlaces = {}): string => {
  if (type === 'system') return 'The store';
  if (type === 'anonymous') return 'Someone who is not signed in';
  const known = name ?? placeName(places[id]);
  return known ?? (type === 'worker' ? `Worker ${shortId(id)}` : id);
};

/** The page of a thing; null where it has none. */
export const placePath = (place: AuditPlace | undefined, id: string): string | null => {
  switch (place?.type) {
    case 'algorithm':
      return paths.algorithmSettings(place.owner, place.name);
    case 'secret':
      return place.variable === null ? null : paths.secretOf(place.owner, place.name, place.variable);
    case 'provider':
      return paths.provider(id);
    case 'worker':
      return paths.worker(id);
    case undefined:
      return null;
  }
};

const nouns = [...new Set(Object.keys(auditActions).map((action) => action.slice(0, action.indexOf('.') + 1)))];

/** For a list to choose from: all actions of a kind first, then each. */
export const actionChoices = nouns.map((noun) => ({
  group: noun.slice(0, -1),
  items: [
    { value: noun, label: `All of ${noun.slice(0, -1)}` },
    ...Object.keys(auditActions)
      .filter((action) => action.startsWith(noun))
      .map((action) => ({ value: action, label: action })),
  ],
}));
