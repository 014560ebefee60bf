import base from '../playwright.config';

/** What is measured in the browser: run by hand on a machine that does nothing else, never as a test. */
export default { ...base, testDir: '.', outputDir: '../results', testMatch: '*.measure.ts', timeout: 20 * 60_000, use: { ...base.use, trace: 'off' as const } };
