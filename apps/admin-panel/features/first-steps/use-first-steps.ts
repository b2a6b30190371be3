import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { failureOf } from '@/api/failure.ts';
import { notifyFailure } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

const deliveryMilliseconds = 2_000;

/** How far the store is, asked again while a worker is about to take the first secret. */
export const useFirstStepsQuery = (isEnabled: boolean) => {
  const trpc = useTRPC();
  return useQuery(
    trpc.firstSteps.show.queryOptions(undefined, {
      enabled: isEnabled,
      staleTime: 0,
      refetchInterval: ({ state: { data } }) =>
        data?.done.includes('secret') && !data.done.includes('delivered') ? deliveryMilliseconds : false,
    }),
  );
};

/** The steps, and the two answers. */
export const useFirstSteps = () => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const steps = useFirstStepsQuery(true);
  const options = {
    onSuccess: () => queryClient.invalidateQueries(trpc.firstSteps.show.queryFilter()),
    onError: (error: unknown) => notifyFailure('Couldn’t save your answer', failureOf(error)),
  };
  const confirmRecoveryFile = useMutation(trpc.firstSteps.confirmRecoveryFile.mutationOptions(options));
  const close = useMutation(trpc.firstSteps.close.mutationOptions(options));
  return { steps, confirmRecoveryFile, close };
};
