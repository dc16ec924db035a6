import '@cloudscape-design/global-styles/index.css';
import './app.css';
import I18nProvider from '@cloudscape-design/components/i18n';
import english from '@cloudscape-design/components/i18n/messages/all.en';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { IntlProvider } from 'react-intl';
import { createCache } from '../api/index.ts';
import { applyKeptDisplay, DisplayProvider, NoticeProvider } from '../platform/index.ts';
import { createAppRouter } from './router.tsx';

applyKeptDisplay();

/** The texts are English; dates and numbers follow the user's kind of English where the browser names one. */
const locale = navigator.languages.find((language) => language.startsWith('en')) ?? 'en';
const place = document.getElementById('app');
if (!place) throw new Error('index.html has no element with id "app"');

createRoot(place).render(
  <StrictMode>
    <IntlProvider locale={locale} defaultLocale={locale}>
      <I18nProvider locale="en" messages={[english]}>
        <QueryClientProvider client={createCache()}>
          <DisplayProvider>
            <NoticeProvider>
              <RouterProvider router={createAppRouter()} />
            </NoticeProvider>
          </DisplayProvider>
        </QueryClientProvider>
      </I18nProvider>
    </IntlProvider>
  </StrictMode>,
);
