import { auditActions } from '@secret-store/api/audit-actions';
import { describe, expect, it } from 'vitest';
import { auditSentences } from './audit-sentences.ts';
import { actorInWords, nameOf, placePath, sentenceParts } from './audit-words.ts';

const id = '0192f0c1-0000-7000-8000-000000000042';

describe('what the audit says of an event', () => {
  it('is a sentence for every action, which names what it is about at most once', () => {
    expect(Object.keys(auditSentences).toSorted()).toEqual(Object.keys(auditActions).toSorted());
    for (const [action, text] of Object.entries(auditSentences)) {
      expect(text, action).toMatch(/^[a-z][^.{}]*(\{\}[^.{}]*)?$/);
      expect(sentenceParts(action, { username: '<username>', role: '<role>' }).join('{}'), action).toBe(text);
    }
  });

  it('says who got a role, and which', () => {
    const details = { username: 'john', role: 'viewer' };
    expect(sentenceParts('collaborator.add', details)).toEqual(['gave john the role viewer on the algorithm ', '']);
    expect(sentenceParts('collaborator.remove', {})).toEqual(['removed … from the algorithm ', '']);
  });

  it('names an action of a newer store instead of nothing', () => {
    expect(sentenceParts('moon.land', {})).toEqual(['did moon.land to ', '']);
  });

  it('leads to what is there, and only names what is gone', () => {
    const secret = { type: 'secret', owner: 'maria', name: 'model', variable: 'A&B' } as const;
    expect(placePath(secret, id)).toBe('/algorithms/maria/model/settings?q=A%26B');
    expect(placePath({ ...secret, variable: null }, id)).toBeNull();
    expect(placePath(undefined, id)).toBeNull();
  });

  it('has the name of that time, else the present one, else the start of the id', () => {
    const places = { [id]: { type: 'worker', name: 'worker-1' } } as const;
    expect(nameOf({ type: 'worker', id, name: 'old' }, places)).toBe('old');
    expect(nameOf({ type: 'worker', id, name: null }, places)).toBe('worker-1');
    expect(nameOf({ type: 'worker', id, name: null }, {})).toBe('0192f0c1…');
    expect(actorInWords({ type: 'worker', id, name: null }, places)).toBe('worker-1');
  });
});
