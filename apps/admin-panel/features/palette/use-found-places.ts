import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { failureOf } from '@/api/failure.ts';
import { useSession } from '@/features/session/session.tsx';
import { destinationsFor } from '@/page/destinations.ts';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

interface Place {
  readonly path: string;
  readonly name: string;
  readonly about?: string;
}

interface PlaceGroup {
  readonly title: string;
  readonly places: readonly Place[];
}

const typingMilliseconds = 150;
const placesMaximum = 5;

const includes = (name: string, typed: string) => name.toLowerCase().includes(typed.toLowerCase());

/** What one may open and whose name has the typed letters; at first the pages, and what was changed last. */
export const useFoundPlaces = (text: string) => {
  const trpc = useTRPC();
  const session = useSession();
  const typed = text.trim();
  const [search] = useDebouncedValue(typed, typingMilliseconds);
  const isSearch = search !== '';
  const algorithms = useQuery(
    trpc.algorithms.search.queryOptions({ ...(isSearch && { search }), sort: isSearch ? 'name' : 'modified', page: 1 }),
  );
  const secrets = useQuery(
    trpc.secrets.search.queryOptions({ search, limit: String(placesMaximum) }, { enabled: isSearch }),
  );
  const providers = useQuery(
    trpc.providers.list.queryOptions(undefined, { enabled: session.permissions.includes('providers.read') }),
  );
  // Enter must not open what was found for fewer letters
  const isCurrent = typed === search;
  const foundAlgorithms = isCurrent ? (algorithms.data?.results ?? []) : [];
  const foundSecrets = isCurrent && isSearch ? (secrets.data?.results ?? []) : [];
  const groups: readonly PlaceGroup[] = [
    {
      title: 'Pages',
      places: destinationsFor(session)
        .filter(({ label }) => includes(label, typed))
        .map(({ path, label }) => ({ path, name: label })),
    },
    {
      title: isSearch ? 'Algorithms' : 'Algorithms that were changed last',
      places: foundAlgorithms.slice(0, placesMaximum).map(({ owner, name, variables }) => ({
        path: paths.algorithmSettings(owner, name),
        name: `${owner}/${name}`,
        ...(variables.length > 0 && { about: variables.join(', ') }),
      })),
    },
    {
      title: 'Secrets',
      places: foundSecrets.map(({ secret_key, algorithm: { owner, name } }) => ({
        path: paths.secretOf(owner, name, secret_key),
        name: secret_key,
        about: `${owner}/${name}`,
      })),
    },
    {
      title: 'Secret providers',
      places: (typed === '' ? [] : (providers.data ?? []))
        .filter(({ name }) => includes(name, typed))
        .slice(0, placesMaximum)
        .map(({ id, name }) => ({ path: paths.provider(id), name })),
    },
  ];
  const asked = [algorithms, secrets, providers];
  const error = asked.find(({ isError }) => isError)?.error ?? null;
  return {
    groups: groups.filter(({ places }) => places.length > 0),
    isLoading: !isCurrent || asked.some(({ isFetching }) => isFetching),
    failure: error === null ? null : failureOf(error).message,
  };
};
