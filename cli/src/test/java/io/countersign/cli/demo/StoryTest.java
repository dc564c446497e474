package io.countersign.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoryTest {
    private static final int ENOUGH = 1000;

    private final List<String> happened = new ArrayList<>();
    private boolean well = true;

    private Scene scene(String name, int seconds) {
        return new Scene(
                name,
                "what it shows",
                seconds,
                () -> happened.add(name + " begins"),
                () -> happened.add(name + " ends"));
    }

    private Story story(Scene... scenes) {
        return new Story(List.of(scenes), () -> well);
    }

    @Test
    void eachSceneEndsBeforeTheNextBegins() throws IOException {
        Story story = story(scene("a", 1), scene("b", 2));
        assertTrue(story.tick(ENOUGH));
        assertTrue(story.tick(ENOUGH));
        assertFalse(story.tick(ENOUGH));
        assertFalse(story.tick(ENOUGH));
        assertEquals(List.of("a begins", "a ends", "b begins", "b ends"), happened);
        assertTrue(story.now().isEmpty());
        assertEquals(2, story.done());
    }

    @Test
    void waitsUntilNobodyIsHeldUp() throws IOException {
        Story story = story(scene("a", 1), scene("b", 1));
        story.tick(ENOUGH);
        well = false;
        assertFalse(story.tick(ENOUGH));
        assertFalse(story.tick(ENOUGH));
        assertTrue(story.isRecovering());
        assertEquals(List.of("a begins", "a ends"), happened);
        well = true;
        assertTrue(story.tick(ENOUGH));
        assertFalse(story.isRecovering());
    }

    @Test
    void aSceneForWhichNoTimeIsLeftIsNotBegun() throws IOException {
        Story story = story(scene("a", 2), scene("b", 2));
        assertTrue(story.tick(3));
        story.tick(2);
        assertFalse(story.tick(2));
        assertEquals(List.of("a begins", "a ends"), happened);
        assertFalse(story.tick(ENOUGH));
    }

    @Test
    void theEndOfTheDemoEndsTheScene() throws IOException {
        Story story = story(scene("a", 5));
        story.tick(ENOUGH);
        story.end();
        story.end();
        assertEquals(List.of("a begins", "a ends"), happened);
    }
}
