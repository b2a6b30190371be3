'use client';
import { usePathname, useSearchParams } from 'next/navigation';

/** Anybody can write a link: what the store would not take is passed over. */
export const pageOf = (text: string): number => (/^[1-9]\d{0,4}$/.test(text) ? Number(text) : 1);
export const idOf = (text: string): string => (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? text : '');
export const searchOf = (text: string): string => text.slice(0, 256).trim();

/**
 * What a page is about, as the query of its address says: it stays after a reload, after Back, and in a link that is sent to others.
 * Inside `SignedIn` or `Suspense` only: the address is not known where the HTML is made.
 */
export const useAddressState = <Name extends string>(names: readonly Name[]) => {
  const pathname = usePathname();
  const query = useSearchParams();
  const state = Object.fromEntries(names.map((name) => [name, query.get(name) ?? ''])) as Record<Name, string>;
  // at once, and without the server: a second change keeps the first one however slow the network is
  const change = (patch: Partial<Record<Name, string>>) => {
    const now = new URLSearchParams(window.location.search);
    const next = names.map((name) => [name, patch[name] ?? now.get(name) ?? '']).filter(([, value]) => value !== '');
    const text = new URLSearchParams(next).toString();
    window.history.replaceState(null, '', text === '' ? pathname : `${pathname}?${text}`);
  };
  return [state, change] as const;
};
