'use client';
import { Input, SimpleGrid, Text, UnstyledButton } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ShippedModule } from '@secret-store/api/schemas';
import { failureOf } from '@/api/failure.ts';
import { notifyFailure } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import classes from './shipped-modules.module.css';

interface ShippedModulesProps {
  /** of the chosen file */
  readonly chosen: string | null;
  readonly isDisabled: boolean;
  readonly onChoose: (file: File, module: ShippedModule) => void;
}

/** The modules that come with the store, so that nobody has to look for their files. Nothing where there are none. */
export const ShippedModules = ({ chosen, isDisabled, onChoose }: ShippedModulesProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const shipped = useQuery(trpc.providers.shipped.queryOptions(undefined, { staleTime: Infinity }));
  const load = useMutation({
    mutationFn: async (module: ShippedModule) => {
      const { base64 } = await client.providers.shippedFile.query({ file: module.file });
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      return { module, file: new File([bytes], module.file, { type: 'application/gzip' }) };
    },
    onSuccess: ({ file, module }) => onChoose(file, module),
    onError: (error) => notifyFailure('Couldn’t load the module', failureOf(error)),
  });
  if (shipped.data === undefined || shipped.data.length === 0) return null;
  return (
    <div>
      <Input.Label component="div" mb={6}>
        Where your secrets are
      </Input.Label>
      <SimpleGrid
        cols={{ base: 1, xs: 2 }}
        spacing="sm"
        role="radiogroup"
        aria-label="Modules that come with the store"
      >
        {shipped.data.map((module) => (
          <UnstyledButton
            key={module.file}
            className={classes.tile ?? ''}
            role="radio"
            aria-checked={chosen === module.file}
            disabled={isDisabled || load.isPending}
            onClick={() => load.mutate(module)}
          >
            <Text fz="sm" fw={600}>
              {module.displayName}
            </Text>
            <Text fz="xs" c="dimmed" lineClamp={2}>
              {module.description}
            </Text>
          </UnstyledButton>
        ))}
      </SimpleGrid>
      <Text fz="xs" c="dimmed" mt={6}>
        These come with the store. For another one, upload its file below.
      </Text>
    </div>
  );
};
