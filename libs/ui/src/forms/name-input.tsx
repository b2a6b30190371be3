import { TextInput, type TextInputProps } from '@mantine/core';

/** A name that counts letter by letter: nothing capitalizes, completes or corrects it. */
export const NameInput = (props: TextInputProps) => (
  <TextInput required withAsterisk={false} autoCapitalize="none" autoComplete="off" spellCheck={false} {...props} />
);
