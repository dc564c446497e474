/** One call in plain sentences. Start reading at {@link io.countersign.gateway.calls.story.CallStory}. */
package io.countersign.gateway.calls.story;
