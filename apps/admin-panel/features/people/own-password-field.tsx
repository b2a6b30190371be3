import { PasswordInput, type PasswordInputProps } from '@mantine/core';

interface OwnPasswordFieldProps extends PasswordInputProps {
  readonly username: string;
}

/** The password of the person who is signed in, once more. */
export const OwnPasswordField = ({ username, ...field }: OwnPasswordFieldProps) => (
  <>
    {/* tells password managers whose password it is */}
    <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
    <PasswordInput label="Your password" autoComplete="current-password" required withAsterisk={false} {...field} />
  </>
);
