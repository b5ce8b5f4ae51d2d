package io.heliograph.offload.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeviceDescriptionTest {

    @TempDir
    private Path directory = Path.of("");

    static String text(String replaced, String by) {
        StringBuilder text = new StringBuilder("constant,value,unit,source\n");
        for (EnergyConstant constant : EnergyConstant.values()) {
            text.append(constant.text()).append(",2,").append(constant.unit()).append(",\"a book, p. 1\"\n");
        }
        return text.toString().replace(replaced, by);
    }

    DeviceDescription read(String text) throws IOException {
        return DeviceDescription.read(Files.writeString(directory.resolve("device.csv"), text));
    }

    @Test
    void shouldReadEveryConstantWithItsSource() throws IOException {
        DeviceDescription device = read(text("", ""));
        assertEquals(new DeviceDescription.Entry(2, "a book, p. 1"), device.entry(EnergyConstant.ADC));
        assertEquals(2e-12, device.si(EnergyConstant.ADC));
        for (EnergyConstant constant : EnergyConstant.values()) {
            assertTrue(DeviceDescription.prototype().entry(constant).source().length() > 10, constant.text());
        }
    }

    @Test
    void shouldNameTheLineOfEachMistake() {
        refused("device.csv:1: the titles", "constant,value", "constant,values");
        refused("device.csv:2: no such constant: activation-adc", "activation-dac", "activation-adc");
        refused("device.csv:10: the unit of adc is pJ/sample", "adc,2,pJ", "adc,2,nJ");
        refused("device.csv:10: adc is no number: much", "\nadc,2,", "\nadc,much,");
        refused("device.csv:10: adc=-1.0 makes no sense", "\nadc,2,", "\nadc,-1,");
        refused("device.csv:8: wall-plug-efficiency=0.0", "wall-plug-efficiency,2", "wall-plug-efficiency,0");
        refused("device.csv:10: adc has no source", "\nadc,2,pJ/sample,\"a book, p. 1\"", "\nadc,2,pJ/sample,");
        refused("device.csv:3: activation-dac is there twice", "weight-dac", "activation-dac");
        refused("constant is missing", "\nadc,2,pJ/sample,\"a book, p. 1\"", "");
    }

    private void refused(String expected, String replaced, String by) {
        IOException mistake = assertThrows(IOException.class, () -> read(text(replaced, by)));
        assertTrue(String.valueOf(mistake.getMessage()).contains(expected), mistake::toString);
    }
}
