import type { Page } from '@playwright/test';

/**
 * Answers these queries of the panel in place of the store, for states that would take a store of their own. By name of the procedure;
 * the store answers all others, also those that are asked in one request with these.
 */
export const answerInPlace = async (page: Page, answers: Readonly<Record<string, unknown>>): Promise<void> => {
  await page.route('**/api/trpc/**', async (route) => {
    const { pathname, searchParams } = new URL(route.request().url());
    const names = decodeURIComponent(pathname.replace('/api/trpc/', '')).split(',');
    const isAnswered = (name: string): boolean => Object.hasOwn(answers, name);
    if (!names.some(isAnswered)) return route.continue();
    const given: unknown = names.every(isAnswered) ? [] : await (await route.fetch()).json();
    const results = names.map((name, index) =>
      isAnswered(name) ? { result: { data: answers[name] } } : Array.isArray(given) && (given[index] as unknown),
    );
    return route.fulfill({ status: 200, json: searchParams.has('batch') ? results : results[0] });
  });
};
