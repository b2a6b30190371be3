'use client';
import { Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ProviderMetadata } from '@secret-store/api/schemas';
import { Disclosure } from '@secret-store/ui';
import type { ConnectionForm } from './connection-fields.tsx';
import { MetadataReader } from './metadata-reader.tsx';
import { PlainField } from './plain-field.tsx';

interface SamlFieldsProps {
  readonly form: ConnectionForm;
  readonly isNew: boolean;
}

export const SamlFields = ({ form, isNew }: SamlFieldsProps) => {
  const [isOpen, setOpen] = useState(false);
  const fillIn = ({ issuer, ssoUrl, certificates }: ProviderMetadata) => {
    if (!isNew && issuer !== form.getValues().issuer)
      return `This is the metadata of another identity provider: its entity ID is ${issuer}.`;
    form.setValues({ issuer, ssoUrl, certificates: certificates.join('\n') });
    form.clearErrors();
    return null;
  };
  return (
    <>
      <MetadataReader onRead={fillIn} />
      {isNew && (
        <PlainField
          form={form}
          name="issuer"
          label="Entity ID"
          description="Of the identity provider, from its metadata. It can’t be changed later."
          required
        />
      )}
      <PlainField
        form={form}
        name="ssoUrl"
        label="Single sign-on address"
        description="Where the identity provider takes requests to sign in (HTTP-Redirect)."
        placeholder="e.g. https://id.example.com/saml/sso"
        type="url"
        required
      />
      <Textarea
        label="Signing certificates"
        description="In PEM: what the identity provider signs with. Add the next one before it changes."
        required
        withAsterisk={false}
        autosize
        minRows={4}
        maxRows={10}
        spellCheck={false}
        key={form.key('certificates')}
        {...form.getInputProps('certificates')}
      />
      <Disclosure title="Attributes" isOpen={isOpen} onToggle={() => setOpen((open) => !open)}>
        <PlainField
          form={form}
          name="usernameAttribute"
          label="Username attribute"
          description="What the name of a new account is made of. Empty: the NameID."
          mb="md"
        />
        <PlainField form={form} name="groupsAttribute" label="Groups attribute" />
      </Disclosure>
    </>
  );
};
