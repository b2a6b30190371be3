import { describe, expect, it } from 'vitest';
import { validateWith } from '@/forms/validate-with.ts';
import { contentOf, fieldsBySource } from './secret-source.ts';

const typed = { short_name: 'A', description: '', secret_key: 'A', secret_value: '', secret_reference: '' };

describe('the source of a secret', () => {
  it('requires the one that was chosen, with its message, and not the other', () => {
    expect(validateWith(fieldsBySource.value)(typed)).toEqual({ secret_value: 'Enter a value' });
    expect(validateWith(fieldsBySource.reference)(typed)).toEqual({ secret_reference: 'Enter a path' });
  });

  it('never sends a value that was typed before a reference was chosen', () => {
    const content = contentOf('reference', { secret_value: 'typed', secret_reference: ' kv/team/db ', length: 32 });
    expect(content).toEqual({ secret_reference: 'kv/team/db' });
    const generated = { secret_value: 'typed', secret_reference: 'typed', length: 40 };
    expect(contentOf('generate', generated)).toEqual({ generate: { length: 40 } });
    expect(contentOf('value', { secret_value: ' v ', secret_reference: 'kv', length: 32 })).toEqual({
      secret_value: ' v ',
    });
  });
});
