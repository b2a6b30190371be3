'use client';
import { Textarea, type TextareaProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '@/trpc.ts';

/** Shown only where the store requires signed modules. */
export const SignatureField = ({ input }: { readonly input: TextareaProps }) => {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.providers.isolation.queryOptions());
  if (data?.requiresSignature !== true) return null;
  return (
    <Textarea
      label="Signature"
      description="This store accepts only signed modules. Paste the Base64 signature that tools/secret-store pack-plugin --sign writes next to the file."
      required
      withAsterisk={false}
      autosize
      {...input}
    />
  );
};
