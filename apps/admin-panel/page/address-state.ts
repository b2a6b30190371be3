'use client';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';

/**
 * What a page is about, as the query of its address says: it stays after a reload, after Back, and in a link that is sent to others.
 * Inside `SignedIn` or `Suspense` only: the address is not known where the HTML is made.
 */
export const useAddressState = <Name extends string>(names: readonly Name[]) => {
  const router = useRouter();
  const pathname = usePathname();
  const query = useSearchParams();
  const state = Object.fromEntries(names.map((name) => [name, query.get(name) ?? ''])) as Record<Name, string>;
  const change = (patch: Partial<Record<Name, string>>) => {
    const next = Object.entries<string>({ ...state, ...patch }).filter(([, value]) => value !== '');
    const text = new URLSearchParams(next).toString();
    router.replace(text === '' ? pathname : `${pathname}?${text}`, { scroll: false });
  };
  return [state, change] as const;
};
