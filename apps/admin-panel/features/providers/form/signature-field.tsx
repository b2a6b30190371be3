'use client';
import { Textarea, type TextareaProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '@/trpc.ts';

/** There where the store takes signed modules only. */
export const SignatureField = ({ input }: { readonly input: TextareaProps }) => {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.providers.isolation.queryOptions());
  if (data?.requiresSignature !== true) return null;
  return (
    <Textarea
      label="Signature"
      description="This store takes signed modules only. What tools/secret-store pack-plugin --sign writes beside the file, in base64."
      required
      withAsterisk={false}
      autosize
      {...input}
    />
  );
};
