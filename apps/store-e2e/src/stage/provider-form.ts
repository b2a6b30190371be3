import type { Locator, Page } from '@playwright/test';

/** The field or row of the configuration that stands for a key. */
export const pairOf = (page: Page, key: string): Locator =>
  page.getByRole('group', { name: /^(Pair|Optional)/ }).filter({ has: page.locator(`input[value="${key}"]`) });

/** A pair as a program types it that knows nothing of the module. */
export const addPair = async (page: Page, key: string, value: string) => {
  await page.getByRole('button', { name: 'Add Pair' }).click();
  await page.getByLabel('Key').last().fill(key);
  await page.getByLabel('Value').last().fill(value);
};

export const chooseModule = async (page: Page, file: Parameters<Locator['setInputFiles']>[0]) => {
  await page.getByLabel('Module file').setInputFiles(file);
  await page.getByText('In this module').waitFor();
};

export const stepOf = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Steps' }).getByRole('listitem').filter({ hasText: name });
