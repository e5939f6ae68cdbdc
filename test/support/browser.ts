// Opens pages in Debian's chromium. One browser serves all tests of a file, and every page reports what it must not do.
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { pathToFileURL } from 'node:url';
import { requireTool } from './require-tool.ts';

export interface WatchedPage {
  readonly page: Page;
  /** Console messages, errors, dialogs, violations of the policy, and requests beyond the first. */
  readonly complaints: string[];
}

let launched: Promise<Browser> | undefined;

function browser(): Promise<Browser> {
  requireTool('chromium');
  return (launched ??= chromium.launch({
    executablePath: '/usr/bin/chromium',
    // Root has no sandbox of its own in a container.
    args: ['--no-sandbox'],
  }));
}

export async function closeBrowser(): Promise<void> {
  await (await launched)?.close();
  launched = undefined;
}

/** `address`: a file, or a URL. Waits for the script of the page unless it is switched off. */
export async function openPage(address: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const url = address.includes('://') ? address : pathToFileURL(address).href;
  const context = await (
    await browser()
  ).newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== url) complaints.push(`request: ${request.url()}`);
  });
  await page.addInitScript(
    "document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => console.warn(violatedDirective))",
  );
  await page.goto(url);
  if (options.javaScriptEnabled !== false) await page.waitForSelector('html[data-ready]');
  return { page, complaints };
}
