import { TextInput, type TextInputProps } from '@mantine/core';
import type { ConnectionForm } from './connection-fields.tsx';

interface PlainFieldProps extends Omit<TextInputProps, 'form' | 'name'> {
  readonly form: ConnectionForm;
  readonly name: Parameters<ConnectionForm['key']>[0];
}

/** Text that is copied from an identity provider: browsers complete and correct nothing in it. */
export const PlainField = ({ form, name, ...field }: PlainFieldProps) => (
  <TextInput
    autoComplete="off"
    autoCapitalize="none"
    spellCheck={false}
    withAsterisk={false}
    key={form.key(name)}
    {...form.getInputProps(name)}
    {...field}
  />
);
