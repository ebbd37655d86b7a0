package dev.changeover.run;

import dev.changeover.copy.CopySettings;
import dev.changeover.state.Watch;
import java.util.Optional;

/** What a person may ask of a run. {@code limits} replace those stored with the target; {@code who} is shown to others. */
public record RunSettings(
        CopySettings copy, boolean useExistingTables, boolean startOver, Optional<Watch.Limits> limits, String who) {}
