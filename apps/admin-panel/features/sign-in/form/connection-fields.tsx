'use client';
import { Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { SignInConnectionKind } from '@secret-store/api/schemas';
import type { ConnectionValues } from './connection-values.ts';
import { OidcFields } from './oidc-fields.tsx';
import { SamlFields } from './saml-fields.tsx';

export type ConnectionForm = UseFormReturnType<ConnectionValues>;

interface ConnectionFieldsProps {
  readonly form: ConnectionForm;
  readonly kind: SignInConnectionKind;
  /** name and issuer stay what they are */
  readonly isNew: boolean;
  /** whether a client secret is stored */
  readonly hasClientSecret?: boolean;
}

export const ConnectionFields = ({ form, kind, isNew, hasClientSecret = false }: ConnectionFieldsProps) => (
  <>
    <TextInput
      label="Display name"
      description="On the button of the sign-in page: “Continue with …”."
      required
      withAsterisk={false}
      autoComplete="off"
      data-autofocus
      key={form.key('displayName')}
      {...form.getInputProps('displayName')}
    />
    {isNew && (
      <TextInput
        label="Short name"
        description="Part of the addresses that you register at the identity provider. It can’t be changed later."
        required
        withAsterisk={false}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        key={form.key('name')}
        {...form.getInputProps('name')}
      />
    )}
    {kind === 'oidc' ? (
      <OidcFields form={form} isNew={isNew} hasClientSecret={hasClientSecret} />
    ) : (
      <SamlFields form={form} isNew={isNew} />
    )}
    <TextInput
      label="Domains"
      description="Optional. Who types a name of one of them at sign-in, such as ada@example.com, is sent to this identity provider."
      placeholder="e.g. example.com, example.org"
      autoCapitalize="none"
      autoComplete="off"
      spellCheck={false}
      key={form.key('domains')}
      {...form.getInputProps('domains')}
    />
    <Switch
      label="Create accounts for new people"
      description="If it is off, everyone who is new waits for an administrator."
      key={form.key('makesAccounts')}
      {...form.getInputProps('makesAccounts', { type: 'checkbox' })}
    />
  </>
);
