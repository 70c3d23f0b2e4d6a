import { describe, expect, it } from 'vitest';
import { html } from '../../src/evaluation/report/html.js';

describe('html', () => {
  it('escapes text, in content and in attributes', () => {
    const hostile = `<script>alert('1')</script> & "quoted"`;
    expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(
      '<p title="&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;quoted&quot;">' +
        '&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;quoted&quot;</p>',
    );
  });

  it('keeps its own markup, joins lists and leaves out what is absent', () => {
    const items = ['a', '<b>'].map((text) => html`<i>${text}</i>`);
    expect(html`<b>${items}${undefined}${3}</b>`.text).toBe('<b><i>a</i><i>&lt;b&gt;</i>3</b>');
  });

  it('leaves backslashes in text alone', () => {
    expect(html`<p>${'C:\\new'}</p>`.text).toBe('<p>C:\\new</p>');
  });
});
