package dev.jacquard.spi.plugin;

/// A panel of the built-in page: static files in the plugin's jar, served read-only under `/panels/ID/`.
///
/// @param id `[a-z][a-z0-9-]{0,62}`
/// @param title what people read
/// @param folder resource folder in the plugin's jar that holds `index.html`
public record PagePanel(String id, String title, String folder) {}
