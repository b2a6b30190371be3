import { auditActions } from '@secret-store/api/audit-actions';

const actions = Object.keys(auditActions);
const kinds = [...new Set(actions.map((action) => action.slice(0, action.indexOf('.') + 1)))].sort();

/** What a webhook can ask for. */
export const eventOptions = [
  { group: 'Everything', items: [{ value: '*', label: 'All events' }] },
  { group: 'All of a kind', items: kinds.map((kind) => ({ value: kind, label: `${kind}*` })) },
  { group: 'Single events', items: actions.map((action) => ({ value: action, label: action })) },
];

export const eventLabel = (event: string): string =>
  event === '*' ? 'All events' : event.endsWith('.') ? `${event}*` : event;
