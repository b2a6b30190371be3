import { auditActions } from '@secret-store/api/audit-actions';
import type { AuditEvent } from '@secret-store/api/schemas';
import { paths } from '@/paths.ts';

type Party = AuditEvent['subject'];

const isKnown = (action: string): action is keyof typeof auditActions => Object.hasOwn(auditActions, action);

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What an action tells; the action itself where this panel does not know it yet. */
export const actionInWords = (action: string): string => (isKnown(action) ? sentence(auditActions[action]) : action);

export const actorInWords = ({ type, name, id }: Party): string => {
  if (type === 'system') return 'The store';
  if (type === 'anonymous') return 'Not signed in';
  return name ?? id;
};

/** The page of what an event is about; null where it has none. */
export const subjectPath = ({ type, id, name }: Party): string | null => {
  if (type === 'provider') return paths.provider(id);
  if (type === 'worker') return paths.worker(id);
  const [owner, algorithm] = (name ?? '').split('/');
  return type === 'algorithm' && owner && algorithm ? paths.algorithmSettings(owner, algorithm) : null;
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
