'use client';
import { Center, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { QRCodeSVG } from 'qrcode.react';
import { PersonConfirmation, type SecondFactorSetup } from '@secret-store/api/schemas';
import { CopyableCode } from '@secret-store/ui';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';

interface AppCodeFormProps {
  readonly setup: SecondFactorSetup;
  readonly onSubmit: (code: string) => Promise<void>;
  readonly onCancel: () => void;
}

/** Shows the secret to the app, and asks for a code that proves that the app has it. */
export const AppCodeForm = ({ setup, onSubmit, onCancel }: AppCodeFormProps) => {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { code: '' },
    validate: validateWith(PersonConfirmation.pick({ code: true })),
  });
  const confirm = useMutation({
    mutationFn: () => onSubmit(form.getValues().code),
    onError: (error) => markRefused(form, error),
  });
  return (
    <form noValidate onSubmit={form.onSubmit(() => confirm.mutate(), focusFirstError(form))}>
      <Stack gap="md">
        <Text fz="sm">Scan the QR code with the app, or type the key into it.</Text>
        <Center>
          {/* white around it in the dark too: cameras look for it */}
          <QRCodeSVG value={setup.address} size={192} marginSize={4} title="QR code for the authenticator app" />
        </Center>
        <CopyableCode code={setup.key} what="the key" />
        <TextInput
          label="Code"
          description="The six digits that the app shows now."
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          withAsterisk={false}
          data-autofocus
          key={form.key('code')}
          {...form.getInputProps('code')}
        />
        <FormEnd form={form} saving={confirm} submit="Turn on" failed="Couldn’t turn it on" onCancel={onCancel} />
      </Stack>
    </form>
  );
};
