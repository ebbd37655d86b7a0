package dev.changeover.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MutantsTest {
    @Test
    void everyMutantHasItsPlaceAndItsName() throws IOException {
        assumeTrue(Mutant.sourcesAreThere(), "the sources are not beside the tests");
        for (Mutant mutant : Mutants.ALL) {
            assertThat(mutant.source()).isNotEmpty();
        }
        assertThat(Mutants.ALL).extracting(Mutant::name).doesNotHaveDuplicates();
    }
}
